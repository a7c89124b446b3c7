/** One thin reconciler per resource. */
@NullMarked
package dev.pgmend.operator.controller;

import org.jspecify.annotations.NullMarked;
