/**
 * What is the shop's database, which faults can it have, and how do we know that no row was lost?
 */
@NullMarked
package dev.pgmend.e2e.testbed.shop;

import org.jspecify.annotations.NullMarked;
