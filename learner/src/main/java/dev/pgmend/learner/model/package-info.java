/** How long will a plan take, and each of its operators? */
@NullMarked
package dev.pgmend.learner.model;

import org.jspecify.annotations.NullMarked;
