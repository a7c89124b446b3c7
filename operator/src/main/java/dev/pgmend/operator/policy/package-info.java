/** Finds the policy of a cluster, and what it allows at which time. */
@NullMarked
package dev.pgmend.operator.policy;

import org.jspecify.annotations.NullMarked;
