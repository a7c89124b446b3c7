/** How are a trained model's weights fitted to the plans of one cluster, without DJL? */
@NullMarked
package dev.pgmend.learner.model.fitting;

import org.jspecify.annotations.NullMarked;
