/** Whose code may run with our rights, decided from the catalogs. */
@NullMarked
package dev.pgmend.healing.trust;

import org.jspecify.annotations.NullMarked;
