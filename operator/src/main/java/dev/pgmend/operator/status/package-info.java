/** What do we tell the user: conditions, events, metrics. */
@NullMarked
package dev.pgmend.operator.status;

import org.jspecify.annotations.NullMarked;
