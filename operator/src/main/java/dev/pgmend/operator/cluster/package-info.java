/** A managed cluster at run time: its connections, samplers, memory and in-process learner. */
@NullMarked
package dev.pgmend.operator.cluster;

import org.jspecify.annotations.NullMarked;
