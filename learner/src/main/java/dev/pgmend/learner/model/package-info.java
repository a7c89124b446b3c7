/** How long will a plan and each of its operators take? */
@NullMarked
package dev.pgmend.learner.model;

import org.jspecify.annotations.NullMarked;
