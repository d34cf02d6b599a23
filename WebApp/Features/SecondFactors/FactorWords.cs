using System.Diagnostics;
using WebApp.Platform.Time;

namespace WebApp.Features.SecondFactors;

/// <summary>Why a code was refused, for people: pages and API say the same.</summary>
public static class FactorWords
{
    /// <summary>A sentence or two. Only for refusals.</summary>
    public static string Of(FactorResult refusal) => refusal switch
    {
        FactorResult.Wrong => "That code is not right, was used already, or is too old.",
        FactorResult.AlreadyUsed(var next) => $"That code was used already. Wait {Seconds(next)} for the next code.",
        FactorResult.ClockOff(var by) =>
            $"That code belongs to another time: your phone's clock is {Minutes(by)} {(by > TimeSpan.Zero ? "ahead" : "behind")}. Let the phone set its time by itself, then use the next code.",
        FactorResult.TooMany { IsFinal: true } =>
            "A hundred tries in a row were wrong, so none is accepted here any more. Use a passkey, a recovery code or a browser in which you have signed in before; or reset your password, and try again a day later.",
        FactorResult.TooMany(var wait) => $"Too many wrong tries for this account. Try again in {(wait > TimeSpan.FromMinutes(90) ? Hours(wait) : Minutes(wait))}.",
        _ => throw new UnreachableException(),
    };

    /// <summary>When a mailed code may be asked for again.</summary>
    public static string TooSoon(TimeSpan retryAfter) => retryAfter < TimeSpan.FromMinutes(1)
        ? $"A code was sent moments ago. You can have another in {Seconds(retryAfter)}."
        : $"That was the last code for now. You can have another in {Minutes(retryAfter)}.";

    private static string Seconds(TimeSpan span) => Count(Math.Max(1, WholeSeconds.RoundUp(span)), "second");

    private static string Minutes(TimeSpan span) => Count((int)Math.Max(1, Math.Ceiling(Math.Round(span.Duration().TotalMinutes, 1))), "minute");

    private static string Hours(TimeSpan span) => Count((int)Math.Ceiling(Math.Round(span.TotalHours, 1)), "hour");

    private static string Count(int number, string unit) => number == 1 ? $"1 {unit}" : $"{number} {unit}s";
}
