# Token classes and serializers of your own, if you need any.
