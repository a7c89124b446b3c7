/** How are the latency model's weights trained? The only package that needs DJL. */
@NullMarked
package dev.pgmend.learner.model.training;

import org.jspecify.annotations.NullMarked;
