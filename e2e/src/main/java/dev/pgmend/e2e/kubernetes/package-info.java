/** Does the installed operator work on a real cluster? */
@NullMarked
package dev.pgmend.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
