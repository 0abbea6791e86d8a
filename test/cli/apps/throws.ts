const name: string = 'settings';

throw new RangeError(`no ${name}\nand a second line`);
