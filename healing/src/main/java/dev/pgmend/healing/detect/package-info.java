/** What a detector is, and what it is given. */
@NullMarked
package dev.pgmend.healing.detect;

import org.jspecify.annotations.NullMarked;
