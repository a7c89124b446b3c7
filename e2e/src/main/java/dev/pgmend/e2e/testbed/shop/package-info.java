/** What is the shop's database, how does it break, and how do we know that no row was lost? */
@NullMarked
package dev.pgmend.e2e.testbed.shop;

import org.jspecify.annotations.NullMarked;
