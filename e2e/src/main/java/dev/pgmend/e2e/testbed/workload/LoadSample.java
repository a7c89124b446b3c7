// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

/**
 * A sample of the workload.
 *
 * @param perSecond requests in the last seconds
 * @param recent latency in the last seconds
 * @param requests since the shop opened
 * @param errors since the shop opened
 */
public record LoadSample(double perSecond, Latency recent, long requests, long errors) {}
