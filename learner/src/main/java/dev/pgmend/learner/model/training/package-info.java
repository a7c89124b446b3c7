/** How are the latency model's weights learned? The only package that needs DJL. */
@NullMarked
package dev.pgmend.learner.model.training;

import org.jspecify.annotations.NullMarked;
