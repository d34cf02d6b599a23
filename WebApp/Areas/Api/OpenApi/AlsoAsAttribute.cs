namespace WebApp.Areas.Api.OpenApi;

/// <summary>Says in which other forms than JSON an action gives its answer: <c>[AlsoAs("text/csv", "id,at\n…")]</c>.</summary>
/// <param name="mediaType">The form.</param>
/// <param name="example">A piece of it.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AlsoAsAttribute(string mediaType, string example) : Attribute
{
    /// <summary>The form.</summary>
    public string MediaType => mediaType;

    /// <summary>A piece of it.</summary>
    public string Example => example;
}
