import { chosenRows, interruptCommands } from './interrupt.ts';

interruptCommands('standalone', chosenRows('standalone'));
