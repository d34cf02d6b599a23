using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace WebApp.Tests.Support;

/// <summary>Says something of every value of a kind, and tries it with many. What fails is made small and shown with the seed to see it again.</summary>
public static class Holds
{
    /// <summary>Tries <paramref name="property"/> with as many values as asked.</summary>
    public static void ForAll<T>(Gen<T> values, Func<T, bool> property, int times = 10_000) => ForAll(values.ToArbitrary(), property, times);

    /// <summary>Tries it with values that FsCheck knows to make small, too.</summary>
    public static void ForAll<T>(Arbitrary<T> values, Func<T, bool> property, int times = 10_000) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(times * Fuzz.Times).WithEndSize(60).WithReplay(new Replay(new Rnd((ulong)Fuzz.Seed, 1), FSharpOption<int>.None)),
            Prop.ForAll(values, property));

    /// <summary>Any UTF-16, lone surrogates and line ends among it.</summary>
    public static Gen<string> AnyText { get; } = Gen.Choose(0, char.MaxValue).Select(n => (char)n)
        .Or(Gen.Elements("\r\n\t\0\\/\"'=# %.-_:@[]{}\u2028\u202E\uD800\uDC00".ToCharArray())).Or(Gen.Choose(' ', '~').Select(n => (char)n))
        .ArrayOf().Select(letters => new string(letters));
}
