import { chosenRows, interruptCommands } from './interrupt.ts';

interruptCommands('npm', chosenRows('npm'));
