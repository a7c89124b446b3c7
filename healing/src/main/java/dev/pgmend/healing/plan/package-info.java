/** Plans of statements, without running them. */
@NullMarked
package dev.pgmend.healing.plan;

import org.jspecify.annotations.NullMarked;
