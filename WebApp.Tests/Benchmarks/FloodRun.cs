using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace WebApp.Tests.Benchmarks;

/// <summary>How long calls took, in milliseconds, sorted.</summary>
internal sealed record CallTimes(double[] Sorted)
{
    /// <summary>The time that this share of the calls did not exceed.</summary>
    public double At(double share) => Sorted[(int)(share * (Sorted.Length - 1))];
}

/// <summary>A login flood, and how long somebody else's calls took before and meanwhile. Memory is in MiB.</summary>
internal sealed record FloodRun(string Answers, CallTimes Quiet, CallTimes Flood, double MemoryQuiet, double MemoryAtStart, double MemoryAtEnd)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>How much longer the slowest hundredth takes.</summary>
    public double Slowdown => Flood.At(0.99) / Quiet.At(0.99);

    /// <summary>Warms up, measures a quiet time, then floods and measures again.</summary>
    /// <exception cref="InvalidOperationException">One of the calls was not answered with 200.</exception>
    public static async Task<FloodRun> MeasureAsync(Uri server, byte[] call, int addresses, TimeSpan quiet, TimeSpan duration, Func<double> memory)
    {
        await AskAsync(server, call, quiet / 2);
        var before = await AskAsync(server, call, quiet);
        var memoryBefore = memory();
        using var flood = LoginFlood.Start(server, addresses);
        await Task.Delay(quiet / 10);
        var memoryAtStart = memory();
        var during = await AskAsync(server, call, duration);
        var memoryAtEnd = memory();
        var answers = (await flood.StopAsync()).OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} × {answer.Key}");
        return new(string.Join(", ", answers), before, during, memoryBefore, memoryAtStart, memoryAtEnd);
    }

    // On a thread of its own: what the flood's clients wait for in this process is not measured.
    private static Task<CallTimes> AskAsync(Uri server, byte[] call, TimeSpan duration) => Task.Factory.StartNew(
        () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
            socket.Connect(server.Host, server.Port);
            var (buffer, times) = (new byte[8192], new List<double>());
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < duration;)
            {
                var asked = Stopwatch.GetTimestamp();
                socket.Send(call);
                var received = socket.Receive(buffer);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                if (!buffer.AsSpan(0, received).StartsWith("HTTP/1.1 200"u8))
                {
                    throw new InvalidOperationException($"The call failed: {Encoding.ASCII.GetString(buffer, 0, received)}");
                }

                Thread.Sleep(Pause);
            }

            return new CallTimes([.. times.Order()]);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
