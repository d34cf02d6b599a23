namespace WebApp.Areas.Api.OpenApi;

/// <summary>What a success is called in the document.</summary>
internal static class SuccessWords
{
    /// <summary>By its status.</summary>
    public static string Of(int status) => status switch
    {
        StatusCodes.Status201Created => "Made.",
        StatusCodes.Status202Accepted => "Begun; the rest goes by mail.",
        StatusCodes.Status204NoContent => "Done; there is nothing to say.",
        _ => "Done.",
    };
}
