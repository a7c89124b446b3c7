/** How is a learned latency model fitted to plans of one cluster, without DJL? */
@NullMarked
package dev.pgmend.learner.model.tuning;

import org.jspecify.annotations.NullMarked;
