/** Which policy applies to a cluster, and what it allows when. */
@NullMarked
package dev.pgmend.operator.policy;

import org.jspecify.annotations.NullMarked;
