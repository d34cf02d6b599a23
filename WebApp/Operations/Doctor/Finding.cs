namespace WebApp.Operations.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Code">Its stable name.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was seen, in a sentence. Never a secret.</param>
/// <param name="Mend">The exact line that mends it; null where nothing needs mending.</param>
public sealed record Finding(string Code, Severity Severity, string What, string? Mend = null)
{
    /// <summary>As it should be.</summary>
    public static Finding Good(string code, string what) => new(code, Severity.Good, what);

    /// <summary>A line or two for a terminal.</summary>
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant(),-7}  {Code}: {What}" + (Mend is null ? "" : $"\n         mend: {Mend}");
}
