using System.Diagnostics;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Operations.Doctor;

/// <summary>Measures the time of one password hash, including the wait in the queue.</summary>
public sealed class HashingDiagnosis(PasswordHashing hashing, IOptions<PasswordOptions> options)
{
    private static readonly TimeSpan TooFast = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TooSlow = TimeSpan.FromSeconds(1);

    /// <summary>The finding.</summary>
    public async Task<Finding> LookAsync(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await hashing.HashAsync("a password of nobody's", cancel);
        var (took, factor) = (watch.Elapsed, options.Value.WorkFactor);
        return took < TooFast ? new("hashing_cheap", Severity.Warning, $"A password hash takes {took.TotalMilliseconds:0} ms: guessing at a stolen database is cheap.", $"Password__WorkFactor={factor + Steps(took)}")
            : took > TooSlow ? new("hashing_dear", Severity.Warning, $"A password hash takes {took.TotalSeconds:0.0} s: sign-ins are slow, or this machine was busy.", $"Password__WorkFactor={Math.Max(10, factor - 2)}")
            : Finding.Good("hashing", $"A password hash takes {took.TotalMilliseconds:0} ms (work factor {factor}).");
    }

    // Each step doubles the time; the target is about 200 ms.
    private static int Steps(TimeSpan took) => (int)Math.Clamp(Math.Log2(200 / Math.Max(0.1, took.TotalMilliseconds)), 1, 10);
}
