/**
 * The service side by side with a bare Netty server that answers a constant: the same machine, client, connections and
 * rounds, each server a process of its own, in turn.
 *
 * <p><b>Threading.</b> One thread runs the comparison; clients bring their own.
 */
package io.flashsale.bench.http;
