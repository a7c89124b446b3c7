/** Does the installed operator keep its word on a real cluster? */
@NullMarked
package dev.pgmend.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
