/**
 * What has this cluster taught: how it differs from those the model was trained on, and what
 * repairs were worth here?
 */
@NullMarked
package dev.pgmend.learner.sona;

import org.jspecify.annotations.NullMarked;
