/** From which plans was the committed model learned, and how well does it hold elsewhere? */
@NullMarked
package dev.pgmend.e2e.train;

import org.jspecify.annotations.NullMarked;
