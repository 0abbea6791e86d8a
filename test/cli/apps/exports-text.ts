export default 'an app';
