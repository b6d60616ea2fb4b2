import * as z from 'zod';

// The policy of this page forbids to make code of text, which zod would try. Imported before whatever
// makes schemas.
z.config({ jitless: true });
