/** Conditions, Events and metrics. */
@NullMarked
package dev.pgmend.operator.status;

import org.jspecify.annotations.NullMarked;
