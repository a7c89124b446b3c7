/** The values that every part reads: a finding, its target and severity, sizes and ages. */
@NullMarked
package dev.pgmend.healing.finding;

import org.jspecify.annotations.NullMarked;
