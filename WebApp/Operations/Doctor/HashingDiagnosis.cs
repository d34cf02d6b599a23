using System.Diagnostics;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Operations.Doctor;

/// <summary>Times one password hash, in the queue as any other.</summary>
public sealed class HashingDiagnosis(PasswordHashing hashing, IOptions<PasswordOptions> options)
{
    private static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Dear = TimeSpan.FromSeconds(1);

    /// <summary>What is to be said.</summary>
    public async Task<Finding> LookAsync(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await hashing.HashAsync("a password of nobody's", cancel);
        var (took, factor) = (watch.Elapsed, options.Value.WorkFactor);
        return took < Cheap ? new("hashing_cheap", Severity.Warning, $"A password hash takes {took.TotalMilliseconds:0} ms: guessing at a stolen database is cheap.", $"Password__WorkFactor={factor + Steps(took)}")
            : took > Dear ? new("hashing_dear", Severity.Warning, $"A password hash takes {took.TotalSeconds:0.0} s: sign-ins are slow, or this machine was busy.", $"Password__WorkFactor={Math.Max(10, factor - 2)}")
            : Finding.Good("hashing", $"A password hash takes {took.TotalMilliseconds:0} ms (work factor {factor}).");
    }

    // Each step doubles; some 200 ms are wanted.
    private static int Steps(TimeSpan took) => (int)Math.Clamp(Math.Log2(200 / Math.Max(0.1, took.TotalMilliseconds)), 1, 10);
}
