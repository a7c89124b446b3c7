/** Guards decide whether a repair can start or continue. One class per guard. */
@NullMarked
package dev.pgmend.healing.guard;

import org.jspecify.annotations.NullMarked;
