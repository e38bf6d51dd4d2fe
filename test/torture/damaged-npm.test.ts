import { damageFiles } from './damaged.ts';
import { PERCENT } from './extent.ts';

// The two builds share this code; a full run looks at what a runtime adds.
if (PERCENT !== undefined) damageFiles('npm');
