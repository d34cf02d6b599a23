namespace WebApp.Platform.Http;

/// <summary>
/// Reads the form that is sent to a page, once and before all other code. A form that is malformed, too long or has unusable text
/// (<see cref="RequestText"/>) is refused here, so that it causes no exception later.
/// </summary>
public static class FormText
{
    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Covers everything but the API. Must come after routing, so that forms without an endpoint are not read, except those of the OpenID Connect provider, which has none.</summary>
        public void UseFormText() => pipeline.Use(async (context, next) =>
        {
            if ((context.GetEndpoint() is null && !context.IsProtocolRequest) || context.IsApiRequest || !context.Request.HasFormContentType)
            {
                await next(context);
                return;
            }

            try
            {
                if (RefusedText.FieldOf(await context.Request.ReadFormAsync(context.RequestAborted)) is { } field)
                {
                    RefusedText.Refuse(context, field);
                    return;
                }
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException)
            {
                context.Response.StatusCode = RequestText.StatusOf(failure);
                return;
            }

            await next(context);
        });
    }
}
