import { damageFiles } from './damaged.ts';

damageFiles('standalone');
