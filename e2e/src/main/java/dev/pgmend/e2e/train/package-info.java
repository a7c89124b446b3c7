/** How is the committed model trained, and how accurate is it on an unknown database? */
@NullMarked
package dev.pgmend.e2e.train;

import org.jspecify.annotations.NullMarked;
