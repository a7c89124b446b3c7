/** What does a cluster's learning pod need to run, and how is it? */
@NullMarked
package dev.pgmend.operator.learnerpod;

import org.jspecify.annotations.NullMarked;
