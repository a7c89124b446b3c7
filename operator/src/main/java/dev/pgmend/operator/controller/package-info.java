/** What has to happen to a resource now? One thin reconciler per resource. */
@NullMarked
package dev.pgmend.operator.controller;

import org.jspecify.annotations.NullMarked;
