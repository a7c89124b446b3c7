/** Finds untrusted code that could run with our rights, from the catalogs. */
@NullMarked
package dev.pgmend.healing.trust;

import org.jspecify.annotations.NullMarked;
