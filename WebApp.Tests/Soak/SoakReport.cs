using System.Collections.Concurrent;

namespace WebApp.Tests.Soak;

/// <summary>What the workers saw: how long each answer took, how each flow ended, and whatever was wrong.</summary>
internal sealed class SoakReport
{
    private ConcurrentQueue<double> quiet = new();
    private int requests;
    private int unavailable;
    private int interrupted;

    /// <summary>What must never be. The run fails.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>How often each flow came to its end.</summary>
    public ConcurrentDictionary<string, int> Flows { get; } = new();

    /// <summary>All answers so far.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>How many of them were 503.</summary>
    public int Unavailable => Volatile.Read(ref unavailable);

    /// <summary>How many flows were given up because of what was done to the nodes meanwhile.</summary>
    public int Interrupted => Volatile.Read(ref interrupted);

    /// <summary>Notes an answer.</summary>
    public void Answered(TimeSpan took, int status, bool isQuiet)
    {
        Interlocked.Increment(ref requests);
        if (status == 503)
        {
            Interlocked.Increment(ref unavailable);
        }
        else if (isQuiet)
        {
            quiet.Enqueue(took.TotalMilliseconds);
        }
    }

    /// <summary>Notes a flow that was given up.</summary>
    public void Interrupt() => Interlocked.Increment(ref interrupted);

    /// <summary>The times of answers since the last call, while nothing was done to the nodes, in milliseconds.</summary>
    public double[] TakeTimes() => [.. Interlocked.Exchange(ref quiet, new()).Order()];
}

/// <summary>A flow cannot go on, through no fault of the application's; what it knows of its user may no longer be true.</summary>
internal sealed class InterruptedFlowException(string reason) : Exception(reason);
