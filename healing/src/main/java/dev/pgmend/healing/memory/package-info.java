/** Data that inspections keep for later ones. */
@NullMarked
package dev.pgmend.healing.memory;

import org.jspecify.annotations.NullMarked;
