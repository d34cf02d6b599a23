using System.Diagnostics;
using WebApp.Mfa.Totp;

namespace WebApp.Mfa;

/// <summary>What to tell someone whose code was refused.</summary>
public static class CodeAdvice
{
    /// <summary>A sentence or two.</summary>
    public static string Of(FactorResult refusal) => refusal switch
    {
        FactorResult.Wrong => "That code is not right, or it was used already. Type the one the app shows now.",
        FactorResult.ClockOff(var by) => $"That code belongs to another time: the clock of your phone is {Words(by.Duration())} {(by > TimeSpan.Zero ? "ahead" : "behind")}. "
            + "Let the phone set its time by itself, then type the code it shows.",
        FactorResult.TooMany(var wait) => $"Too many wrong codes. Try again in {Words(wait)}.",
        _ => throw new UnreachableException(),
    };

    private static string Words(TimeSpan span) => span.TotalSeconds <= 1.5 * TimeCode.StepSeconds
        ? $"about {(int)Math.Ceiling(span.TotalSeconds)} seconds"
        : Math.Round(span.TotalMinutes) switch { <= 1 => "about a minute", var minutes => $"about {minutes:0} minutes" };
}
