/** What does a database spend its time on, with which plans, and what does sampling cost? */
@NullMarked
package dev.pgmend.learner.workload;

import org.jspecify.annotations.NullMarked;
