namespace WebApp.Features.Audit.Figures;

/// <summary>A time range of the figures that ends now.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="EnglishTitle">Its title in English.</param>
/// <param name="Span">Its length.</param>
/// <param name="Step">The length of a point's interval.</param>
/// <param name="MaxAge">How old the figures may be.</param>
public sealed record FigureRange(string Name, string EnglishTitle, TimeSpan Span, TimeSpan Step, TimeSpan MaxAge)
{
    /// <summary>The last hour by the minute.</summary>
    public static readonly FigureRange Hour = Minutes(60);

    /// <summary>The last day by the quarter of an hour.</summary>
    public static readonly FigureRange Day = new("day", Marked("Last day"), TimeSpan.FromDays(1), TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(10));

    /// <summary>The last week by three hours.</summary>
    public static readonly FigureRange Week = new("week", Marked("Last week"), TimeSpan.FromDays(7), TimeSpan.FromHours(3), TimeSpan.FromSeconds(30));

    /// <summary>The last 30 days by the day.</summary>
    public static readonly FigureRange Month = new("month", Marked("Last month"), TimeSpan.FromDays(30), TimeSpan.FromDays(1), TimeSpan.FromSeconds(30));

    /// <summary>All that can be chosen.</summary>
    public static IReadOnlyList<FigureRange> All { get; } = [Hour, Day, Week, Month];

    /// <summary>Its title.</summary>
    public string Title => T(EnglishTitle);

    /// <summary>Whether it has a point for each minute.</summary>
    public bool IsByMinute => Step == TimeSpan.FromMinutes(1);

    /// <summary>The number of points.</summary>
    public int Points => (int)(Span / Step);

    /// <summary>The last minutes, by the minute.</summary>
    public static FigureRange Minutes(int minutes) => new("hour", Marked("Last hour"), TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2));

    /// <summary>The range of a name; the hour if there is none.</summary>
    public static FigureRange Named(string? name) => All.FirstOrDefault(range => range.Name == name) ?? Hour;

    /// <summary>The beginning of the interval of a time.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time, TimeSpan step) => new(time.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero);
}
