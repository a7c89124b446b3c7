/** May this repair run now, and may it go on? One class per guard. */
@NullMarked
package dev.pgmend.healing.guard;

import org.jspecify.annotations.NullMarked;
