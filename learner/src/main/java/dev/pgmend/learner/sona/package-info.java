/**
 * What was learned about this cluster: how does it differ from the training data, and which effects
 * did repairs have?
 */
@NullMarked
package dev.pgmend.learner.sona;

import org.jspecify.annotations.NullMarked;
