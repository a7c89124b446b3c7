/** When are the model's weights fitted to this cluster, and are the fitted ones better? */
@NullMarked
package dev.pgmend.learner.finetune;

import org.jspecify.annotations.NullMarked;
