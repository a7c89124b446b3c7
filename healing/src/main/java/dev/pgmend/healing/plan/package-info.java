/** What the planner would do with a statement, without running it. */
@NullMarked
package dev.pgmend.healing.plan;

import org.jspecify.annotations.NullMarked;
