namespace WebApp.Areas.Api.OpenApi;

/// <summary>Brings an endpoint that is no action into the document.</summary>
internal static class EndpointDescription
{
    /// <summary>Names it; <paramref name="answers"/> is how it succeeds.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, string tag, string summary, params object[] answers) => endpoint
        .WithMetadata([((Delegate)NoAction).Method, .. answers]) // The framework leaves out what has no method.
        .WithName($"{tag}_Get")
        .WithSummary(summary)
        .WithTags(tag);

    private static void NoAction()
    {
        // Only looked at: it has no parameters, so the document adds none.
    }
}
